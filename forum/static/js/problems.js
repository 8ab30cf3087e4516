/** Move the focus to the summary of what is wrong, where a browser did not honour its autofocus. */
export function focusProblems(page) {
  page.getElementById("problems")?.focus();
}

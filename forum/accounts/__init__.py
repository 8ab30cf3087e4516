"""Who may organize: organizers, their sign-ins and passkeys."""

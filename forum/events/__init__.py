"""What happens, when and where: the programme, its events and their agenda."""

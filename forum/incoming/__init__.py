"""What mail and calendar programs tell us: bounces, complaints, answers to invitations."""

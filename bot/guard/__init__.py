"""What the patient-detail guard looks for, and what it knows as the collaborative's own."""

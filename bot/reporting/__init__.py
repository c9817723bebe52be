"""What is taken down, noun by noun, when what may be a patient's details is reported."""

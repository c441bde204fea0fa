"""What a sample is to a person: pictures, points, and the films of them."""

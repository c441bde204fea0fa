"""The data sets: points in the plane, pictures, drawings, and what reads them."""

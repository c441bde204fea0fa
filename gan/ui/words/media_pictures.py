"""What pictures are called: key -> (English, Chinese)."""

# In the sentences of all rooms {one} stands for a sample of the model's medium, {many} for several of them, and {unit}
# for the word that Chinese counts them by; {One} and {Many} begin a sentence.
WORDS: dict[str, tuple[str, str]] = {
    "media_pictures_one": ("picture", "图"),
    "media_pictures_many": ("pictures", "图"),
    "media_pictures_unit": ("a", "张"),
}

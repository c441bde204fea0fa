"""TASKS: what is done to pictures that a network learns to undo."""

NO_TASK = "none"
ENLARGE, DENOISE, INPAINT = "enlarge", "denoise", "inpaint"
TASKS: dict[str, str] = {
    NO_TASK: "nothing: G makes pictures of a latent",
    ENLARGE: "pictures are made `--factor` times smaller, each block of pixels its mean; G enlarges them",
    DENOISE: "normal noise is added, of every strength up to `--strength`; G removes it",
    INPAINT: "a box, a half or strokes are cut out; G fills the hole",
}
# How the repair of a task is asked for in a terminal.
TASK_FLAGS: dict[str, str] = {ENLARGE: "--enlarge {factor}", DENOISE: "--denoise", INPAINT: "--mask FILE"}

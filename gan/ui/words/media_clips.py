"""What stands beside a clip: key -> (English, Chinese)."""

WORDS: dict[str, tuple[str, str]] = {
    "media_clips_one": ("clip", "短片"),
    "media_clips_many": ("clips", "短片"),
    "media_clips_unit": ("a", "段"),
    "media_clips_play": ("Play the loop", "播放循环"),
    "media_clips_still": ("Hold it still", "停住"),
    "media_clips_frame": ("Frame {n} of {count}", "第 {n} 帧，共 {count} 帧"),
    "media_clips_says": (
        "{count} frames: it swings {left} px to the left and {right} px to the right.",
        "共 {count} 帧：向左摆 {left} px，向右摆 {right} px。",
    ),
    "media_clips_line_1": (
        "a loop of {count} frames that swings {left} px to the left and {right} px to the right",
        "{count} 帧的循环，向左摆 {left} px，向右摆 {right} px",
    ),
    "media_clips_far": ("{percent} off", "差 {percent}"),
    "media_clips_gif": ("Loop as GIF", "循环存为 GIF"),
    "media_clips_webp": ("Loop as WebP", "循环存为 WebP"),
}

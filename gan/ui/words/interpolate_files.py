"""Words about a film's files, its link and what opens them: key -> (English, Chinese)."""

FILES: dict[str, tuple[str, str]] = {
    "save": ("Take it home", "带走影片"),
    "kind_mp4": ("MP4", "MP4"),
    "kind_mp4_is": ("A video that plays everywhere", "到处都能播放的视频"),
    "kind_webm": ("WebM", "WebM"),
    "kind_webm_is": ("A video for browsers", "浏览器可播放的视频"),
    "kind_gif": ("GIF", "GIF"),
    "kind_gif_is": ("An endless animation, in 256 colours", "循环动画，256 色"),
    "kind_webp": ("WebP", "WebP"),
    "kind_webp_is": ("An endless animation, smaller than a GIF", "循环动画，比 GIF 小"),
    "kind_png": ("Contact sheet", "各帧总览"),
    "kind_png_is": ("Every frame in one PNG", "所有帧放在一张 PNG 中"),
    "kind_zip": ("Frames (zip)", "全部帧（zip）"),
    "kind_zip_is": ("Every frame as a PNG of its own size", "每一帧各存为原尺寸 PNG"),
    "progress": ("How much of the file is done", "文件完成进度"),
    "saving_frames": ("Making the frames …", "正在生成各帧……"),
    "saving": ("Making the file: {kind} …", "正在制作文件：{kind}……"),
    "saved": ("{kind} saved, {size}. Its settings are inside.", "{kind} 已保存，{size}。设置已写入文件。"),
    "saved_plain": ("{kind} saved, {size}.", "{kind} 已保存，{size}。"),
    "saved_fewer": (
        "A GIF shows at most {fps} frames a second: {shown} of the {count} frames are in it.",
        "GIF 每秒最多 {fps} 帧：{count} 帧中保留了 {shown} 帧。",
    ),
    "alone": (
        "There is no server behind this page: your browser records the {kind} while the film plays once, so keep this "
        "tab in sight.",
        "此页面没有服务器：浏览器会边播放边录制 {kind}，请保持此标签页可见。",
    ),
    "alone_still": (
        "There is no server behind this page and this browser records no film: its frames can be saved.",
        "此页面没有服务器，此浏览器也不能录制影片：可以保存各帧。",
    ),
    "link": ("Copy link", "复制链接"),
    "open": ("Open a film …", "打开影片……"),
    "open_info": (
        "Any file saved here but plain text brings its film back; it can be dropped on this page too. Opening a file "
        "uploads nothing.",
        "在这里保存的文件，除纯文本外都能恢复影片，也可以拖放到本页。打开文件不会上传任何内容。",
    ),
    "opened": ("Opened: a film of {model}.", "已打开：{model} 的影片。"),
    "opened_other": (
        "Opened, but it was made with other weights of {model}: it may look different.",
        "已打开，但它是用另一版 {model} 权重制作的，可能有所不同。",
    ),
    "trouble_file": (
        "“{name}” carries no settings of a film, or they are damaged: only files saved here can be opened.",
        "“{name}”不含影片设置，或设置已损坏：只能打开在这里保存的文件。",
    ),
    "trouble_large": (
        "“{name}” is larger than {high} MB, which no film of here is.",
        "“{name}”超过 {high} MB，不会是这里的影片。",
    ),
}

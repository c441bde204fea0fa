"""Words of a class that follows the lesson: key -> (English, Chinese)."""

WORDS: dict[str, tuple[str, str]] = {
    "teach": ("Teach this to a class", "用它上课"),
    "class_desk": ("The class", "课堂"),
    "class_invite": ("Link and code", "链接与二维码"),
    "class_invite_title": ("Follow on your own screen", "用自己的屏幕跟课"),
    "class_invite_text": (
        "Open this link, or point a camera at the code. You see what is shown here, and vote. Nobody asks for a name.",
        "打开此链接，或用相机扫二维码。您会看到这里所显示的，并可投票。不需要名字。",
    ),
    "class_local": (
        "This link works on this machine alone. Others reach the app where it listens to the network: start it with "
        "--host 0.0.0.0 and open its address there.",
        "此链接只在本机有效。要让别人能打开，请让程序监听网络，并打开它在网络中的地址。",
    ),
    "class_keys": (
        "Page Down and Page Up go through the steps, as presenters’ remotes do; B or the full stop shows the votes.",
        "上一页键和下一页键切换步骤，与翻页笔相同；按 B 键或句点显示投票结果。",
    ),
    "class_qr": ("QR code of the link {link}", "链接 {link} 的二维码"),
    "class_copy": ("Copy the link", "复制链接"),
    "class_begin": ("Begin", "开始上课"),
    "class_reveal": ("Show the votes", "显示投票结果"),
    "class_end": ("End the class", "下课"),
    "class_count": ("Following: {count}", "{count} 人在跟课"),
    "class_voted": ("Voted: {voted} of {count}.", "{count} 人中已有 {voted} 人投票。"),
    "class_votes": ("{count} · {share} %", "{count} · {share} %"),
    "class_bars": ("Votes: {bars}. The answer is {right}.", "投票：{bars}。答案是 {right}。"),
    "class_bar": ("{letter} {count}", "{letter} {count}"),
    "class_answer": ("The answer is {letter}.", "答案是 {letter}。"),
    "class_follow": ("You follow a class. Its teacher goes from step to step.", "您正在跟课，由老师切换步骤。"),
    "class_leave": ("Leave the class", "离开课堂"),
    "class_vote": ("Vote: what do you think?", "请投票：你怎么看？"),
    "class_mine": (
        "You have voted for {letter}. You can change it until the teacher shows the votes.",
        "您投了 {letter}。在老师显示结果前可以更改。",
    ),
    "class_live": ("On the plane: the teacher’s run, live.", "平面上：老师正在进行的训练。"),
    "class_away": (
        "The teacher’s page is silent. The lesson goes on when it is back.",
        "老师的页面没有动静。它回来后课程继续。",
    ),
    "class_lost": ("The host does not answer; this page keeps asking.", "主机没有回应；本页会继续尝试。"),
    "class_ended": ("The class has ended. You can go on by yourself.", "这堂课已结束。您可以自己继续学。"),
    "class_alone": ("Go on by yourself", "自己继续"),
}

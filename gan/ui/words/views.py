"""What every tab that draws says of a view that cannot be, or an engine that fails: key -> (English, Chinese)."""

WORDS: dict[str, tuple[str, str]] = {
    "trouble_number": ("{name} must be a number, not “{value}”.", "{name} 必须是数字，而不是“{value}”。"),
    "trouble_range": (
        "{name} must be a number from {low} to {high}, not {value}.",
        "{name} 必须在 {low} 到 {high} 之间，而不是 {value}。",
    ),
    "trouble_seed": (
        "A seed is a whole number from 0 to 4294967295, not “{value}”.",
        "种子是 0 到 4294967295 的整数，而不是“{value}”。",
    ),
    "trouble_count": (
        "{name} must be a whole number from 0 to {most}, not “{value}”.",
        "{name} 必须是 0 到 {most} 的整数，而不是“{value}”。",
    ),
    "trouble_from_one": (
        "Directions in a link count from 1: {key}1, {key}2, …, not {key}0.",
        "链接中的方向从 1 数起：{key}1、{key}2……，没有 {key}0。",
    ),
    "trouble_walk": (
        "A walk is neighbours 0 to 7 such as 3-0-7, at most {most} steps, not “{value}”.",
        "路径由 0 到 7 的邻居组成，例如 3-0-7，最多 {most} 步，而不是“{value}”。",
    ),
    "trouble_model": ("There is no model “{name}” here; there are {names}.", "这里没有模型“{name}”；有 {names}。"),
    "trouble_view": ("This is nothing that this page shows.", "这不是本页能显示的内容。"),
    "trouble_coordinate": (
        "z has coordinates 0 to {last}, not {value}.",
        "z 的坐标是 0 到 {last}，没有 {value}。",
    ),
    "trouble_directions": (
        "{model} has {count} directions, not a number {value}.",
        "{model} 有 {count} 个方向，没有第 {value} 个。",
    ),
    "trouble_sefa": (
        "{model} has {count} closed-form directions, not a number {value}.",
        "{model} 有 {count} 个闭式方向，没有第 {value} 个。",
    ),
    "trouble_stage": (
        "{model} can be mixed at layers 0 to {last}, not {value}.",
        "{model} 可以在第 0 到 {last} 层混合，没有 {value}。",
    ),
    "trouble_class": (
        "{model} knows the classes 0 to {last}, not a number {value}.",
        "{model} 的类别是 0 到 {last}，没有 {value}。",
    ),
    "trouble_no_classes": (
        "{model} knows no classes, so it has no class {value}.",
        "{model} 不分类别，没有类别 {value}。",
    ),
    "trouble_layers_form": (
        "Layers are the first and the last one, from 0 to {most}, such as 2-5, not “{value}”.",
        "层写作首层和末层，从 0 到 {most}，例如 2-5，而不是“{value}”。",
    ),
    "trouble_layers": (
        "{model} has the layers 0 to {last}, not {value}.",
        "{model} 有第 0 到 {last} 层，没有 {value}。",
    ),
    "trouble_not_layered": (
        "{model} has one latent for all of its layers, so directions act on all of them.",
        "{model} 的各层共用一个潜变量，方向作用于所有层。",
    ),
    "trouble_points": (
        "{model} makes points, 2,000 at once: it has no neighbours to walk to and no layers to mix.",
        "{model} 一次生成 2,000 个点：没有邻居可走，也没有层可混合。",
    ),
    "trouble_own": (
        "The latent of one’s own {one} is letters, digits, - and _, at most {most} of them; this one is damaged.",
        "自己的{one}的潜变量由字母、数字、- 和 _ 组成，最多 {most} 个字符；这一个已损坏。",
    ),
    "trouble_own_rows": (
        "The latent of this {one} has {count} bytes, no whole rows of {size}: it is damaged, or another model’s.",
        "自己的{one}的潜变量有 {count} 个字节，不是每行 {size} 个字节的整行：它已损坏，或属于别的模型。",
    ),
    "trouble_own_numbers": (
        "The latent of one’s own {one} is damaged: a row of it has no range of numbers.",
        "自己的{one}的潜变量已损坏：其中一行没有数值范围。",
    ),
    "trouble_own_model": (
        "{model} draws from {rows} × {width} numbers, not from {own} × {width}: this latent is another model’s.",
        "{model} 用 {rows} × {width} 个数，而不是 {own} × {width} 个：这个潜变量属于别的模型。",
    ),
    "trouble_own_points": (
        "{model} makes points, 2,000 at once: none has a latent of its own.",
        "{model} 一次生成 2,000 个点：没有单个的潜变量。",
    ),
    "trouble_failed": (
        "Something failed that the page did not expect; reload it to try again.",
        "发生了页面没有料到的错误；请重新加载页面再试。",
    ),
    "trouble_worker": (
        "This browser does not let the page compute in the background, which this site needs; use a newer browser.",
        "此浏览器不让页面在后台计算，而本站需要它；请使用更新的浏览器。",
    ),
}

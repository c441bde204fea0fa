"""What stands beside a graph: key -> (English, Chinese)."""

WORDS: dict[str, tuple[str, str]] = {
    "media_graphs_one": ("graph", "关系图"),
    "media_graphs_many": ("graphs", "关系图"),
    "media_graphs_unit": ("a", "张"),
    "media_graphs_matrix": ("Who is joined to whom", "谁与谁相连"),
    "media_graphs_is_empty": ("No node at all.", "一个节点也没有。"),
    "media_graphs_is_cliques": ("Cliques: in each part everyone is joined to everyone.", "团：每部分中人人相连。"),
    "media_graphs_is_tree": ("A tree: all hangs together, without a circle.", "树：全部相连，没有圈。"),
    "media_graphs_is_parts": ("Several parts that nothing joins.", "几个互不相连的部分。"),
    "media_graphs_is_whole": ("All hangs together, and there are circles.", "全部相连，且有圈。"),
    "media_graphs_nodes": ("Nodes", "节点"),
    "media_graphs_edges": ("Edges", "边"),
    "media_graphs_parts": ("Parts", "部分"),
    "media_graphs_circles": ("Independent circles", "独立的圈"),
    "media_graphs_far": ("{distance} off", "差 {distance}"),
    # {n} and {e} stand for node or nodes, and for edge or edges
    "media_graphs_line_1": ("an empty graph", "空的关系图"),
    "media_graphs_line_2": ("a tree: {nodes} {n}, {edges} {e}", "树：{nodes} 个节点，{edges} 条边"),
    "media_graphs_line_3": (
        "a graph of {parts} parts: {nodes} {n}, {edges} {e}",
        "{parts} 个部分的关系图：{nodes} 个节点，{edges} 条边",
    ),
    "media_graphs_line_4": ("a graph: {nodes} {n}, {edges} {e}", "关系图：{nodes} 个节点，{edges} 条边"),
    "media_graphs_line_5": (
        "{parts} {cliques}: {nodes} {n}, {edges} {e}",
        "{parts} 个团：{nodes} 个节点，{edges} 条边",
    ),
    "media_graphs_graphml": ("GraphML", "GraphML"),
    "media_graphs_json": ("JSON", "JSON"),
}

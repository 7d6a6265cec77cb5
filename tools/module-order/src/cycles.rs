//! Finds the cycles of a graph.

use std::collections::BTreeSet;

/// Returns the groups of nodes that reach each other, each sorted.
///
/// `edges` are pairs of node numbers. The graphs are small, so the function visits all reachable nodes of each node.
pub(crate) fn find(nodes: usize, edges: &BTreeSet<(usize, usize)>) -> Vec<Vec<usize>> {
    let reach: Vec<BTreeSet<usize>> = (0..nodes).map(|node| reached(node, edges)).collect();
    let mut found = Vec::new();
    for node in 0..nodes {
        let cycle: Vec<usize> = (0..nodes)
            .filter(|other| reach[node].contains(other) && reach[*other].contains(&node))
            .collect();
        if cycle.first() == Some(&node) && cycle.len() > 1 {
            found.push(cycle);
        }
    }
    found
}

fn reached(from: usize, edges: &BTreeSet<(usize, usize)>) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut pending = vec![from];
    while let Some(node) = pending.pop() {
        for (_, next) in edges.range((node, 0)..(node + 1, 0)) {
            if reached.insert(*next) {
                pending.push(*next);
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn separate_cycles_are_separate_groups() {
        let edges = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 3), (5, 0)].into();
        assert_eq!(find(6, &edges), [vec![0, 1, 2], vec![3, 4]]);
    }

    #[test]
    fn acyclic_graph_has_no_cycles() {
        assert!(find(4, &[(3, 1), (3, 2), (2, 1), (1, 0)].into()).is_empty());
    }
}

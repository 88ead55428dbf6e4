import { nodeRef, type EdgeFact, type NodeFact } from './graph.ts';

/** One fact per node, in the order of its key: two writers that lock rows in one order cannot deadlock. */
export function mergeNodes(facts: readonly NodeFact[]): NodeFact[] {
  const merged = new Map<string, NodeFact>();
  for (const fact of facts) {
    const known = merged.get(nodeRef(fact));
    merged.set(nodeRef(fact), known ? combine(known, fact) : fact);
  }
  return inOrder(merged);
}

/** Each edge once, in the order of its key. */
export function mergeEdges(facts: readonly EdgeFact[]): EdgeFact[] {
  return inOrder(new Map(facts.map((fact) => [`${nodeRef(fact.from)} ${fact.relation} ${nodeRef(fact.to)}`, fact])));
}

function combine(known: NodeFact, fact: NodeFact): NodeFact {
  return { ...known, ...fact, attributes: { ...known.attributes, ...fact.attributes } };
}

function inOrder<T>(byKey: Map<string, T>): T[] {
  return [...byKey].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, fact]) => fact);
}

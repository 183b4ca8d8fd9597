namespace Braid.Checking.Strategies;

/// <summary>Nodes of one run, next to each other, whose costly children are left for the round with one preemption more.</summary>
/// <param name="From">Number of the first of them in its run.</param>
/// <param name="Nodes">The nodes.</param>
/// <param name="Turns">Where the run took another child than the first: node and child. All other nodes took their first.</param>
internal sealed record FrontierPiece(int From, SearchNode[] Nodes, (int Node, int Child)[] Turns);

namespace Braid.Checking.Strategies;

/// <summary>Consecutive nodes of one run whose costly children are left for the round with one more preemption.</summary>
/// <param name="From">The number of the first of them in its run.</param>
/// <param name="Nodes">The nodes.</param>
/// <param name="Turns">Where the run took a child other than the first: node and child. At all other nodes it took the first.</param>
internal sealed record FrontierPiece(int From, SearchNode[] Nodes, (int Node, int Child)[] Turns);

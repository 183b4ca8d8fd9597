using Braid.Checking.Reports;

namespace Braid.Checking.Strategies;

/// <summary>Runs what a piece of an earlier round has left for this round of a <see cref="BoundedSearch"/>.</summary>
/// <remarks>
/// Each costly child of the piece's nodes begins a subtree, which is searched depth first through its free children. What a subtree leaves
/// for the next round is collected in <see cref="Left"/>. Pieces of one round do not depend on each other.
/// </remarks>
internal sealed class PieceSearch : IStrategy
{
    private readonly List<SearchNode> _nodes = [];
    private readonly FrontierPiece? _piece;
    private readonly bool _isLast;
    private int _pieceNode;         // The node of _piece whose costly children are being run, and which of them.
    private int _pieceChild;
    private int _fixed;             // Nodes at the start of _nodes that the search below the current costly child does not vary.
    private int _prefix;            // Nodes whose child was decided before the run began.
    private int _unseen;            // Nodes at the start of the prefix of which only the child was known before the run began.
    private int _depth;

    /// <param name="piece">Null for the first round: it begins at the root.</param>
    /// <param name="isLast">Whether this is the last round within the bound: then nothing is left for another.</param>
    public PieceSearch(FrontierPiece? piece, bool isLast)
    {
        (_piece, _isLast) = (piece, isLast);
        if (piece is not null)
        {
            _pieceNode = piece.Nodes.Length - 1;
            _pieceChild = piece.Nodes[_pieceNode].Free - 1;
            IsDone = !NextCostly();
            _prefix = _nodes.Count;
        }
    }

    /// <summary>What is left for the next round, in order.</summary>
    public List<FrontierPiece> Left { get; } = [];

    /// <summary>Whether all runs of the piece have ended.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Whether the bound excluded a schedule.</summary>
    public bool IsPruned { get; private set; }

    /// <summary>Whether the last choices of a run were not left to this strategy.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>The number of runs that have ended.</summary>
    public int Runs { get; private set; }

    /// <summary>The number of choices in the last of them.</summary>
    public int LastChoices { get; private set; }

    public bool Begin(int run)
    {
        // What an incomplete attempt saw does not count, neither behind the prefix nor in it.
        _nodes.RemoveRange(_prefix, _nodes.Count - _prefix);
        for (int i = 0; i < _unseen; i++)
        {
            _nodes[i] = SearchNode.Unseen(_nodes[i].Child);
        }

        _depth = 0;
        return !IsDone;
    }

    public int Choose(in ChoicePoint point)
    {
        SearchNode node = SearchNode.Create(point, _depth == 0 ? 0 : _nodes[_depth - 1].Hash);
        if (_depth == _nodes.Count)
        {
            _nodes.Add(node);
        }
        else
        {
            SearchNode known = _nodes[_depth];
            if (known.IsSeen ? !known.Agrees(node) : known.Child >= node.Count)
            {
                throw Diverged(known, node, DivergedException.Names(point));
            }

            node = node with { Child = known.Child };
            _nodes[_depth] = node;
        }

        _depth++;
        return node.Place(point);
    }

    public void End(in RunSummary run)
    {
        if (!run.NewPoints && _depth < _prefix)
        {
            throw new DivergedException(_depth, $"{Text.Count(_prefix, "choice")} or more", "the end of the run");
        }

        Runs++;
        LastChoices = run.Choices;
        if (run.NewPoints)
        {
            // The search restarts.
            return;
        }

        _unseen = 0;
        IsTruncated |= run.Choices > _depth;
        IsDone = !NextFree() && !NextCostly();
        _prefix = _nodes.Count;
    }

    /// <summary>Backtracks to the deepest node with another free child.</summary>
    private bool NextFree()
    {
        for (int i = _nodes.Count - 1; i >= _fixed; i--)
        {
            SearchNode node = _nodes[i];
            if (node.Child + 1 < node.Free)
            {
                LeaveForNextRound(i + 1);
                _nodes[i] = node with { Child = node.Child + 1 };
                return true;
            }
        }

        LeaveForNextRound(_fixed);
        return false;
    }

    /// <summary>Removes these nodes, up to the end, from the stack.</summary>
    private void LeaveForNextRound(int from)
    {
        int count = _nodes.Count - from;
        bool costly = false;
        for (int i = from; i < _nodes.Count && !costly; i++)
        {
            costly = _nodes[i].HasCostly;
        }

        if (costly && _isLast)
        {
            IsPruned = true;
        }
        else if (costly)
        {
            var nodes = new SearchNode[count];
            _nodes.CopyTo(from, nodes, 0, count);
            Left.Add(new FrontierPiece(from, nodes, Turns()));
        }

        _nodes.RemoveRange(from, count);
    }

    private (int Node, int Child)[] Turns()
    {
        var turns = new List<(int, int)>();
        for (int i = 0; i < _nodes.Count; i++)
        {
            if (_nodes[i].Child != 0)
            {
                turns.Add((i, _nodes[i].Child));
            }
        }

        return [.. turns];
    }

    /// <summary>Moves to the next costly child of the piece.</summary>
    private bool NextCostly()
    {
        for (; _piece is not null && _pieceNode >= 0; _pieceNode--)
        {
            if (++_pieceChild < _piece.Nodes[_pieceNode].Count)
            {
                TakePrefix(_piece);
                return true;
            }

            _pieceChild = _pieceNode == 0 ? 0 : _piece.Nodes[_pieceNode - 1].Free - 1;
        }

        return false;
    }

    private void TakePrefix(FrontierPiece piece)
    {
        _nodes.Clear();
        int last = piece.From + _pieceNode;
        for (int i = 0; i < last; i++)
        {
            _nodes.Add(SearchNode.Unseen(0));
        }

        foreach ((int node, int child) in piece.Turns)
        {
            if (node < last)
            {
                _nodes[node] = SearchNode.Unseen(child);
            }
        }

        _unseen = last;
        _nodes.Add(piece.Nodes[_pieceNode] with { Child = _pieceChild });
        _fixed = _nodes.Count;
    }

    private DivergedException Diverged(in SearchNode known, in SearchNode seen, string names) =>
        new(
            _depth,
            known.IsSeen
                ? $"the choice among {Text.Count(known.Count, "thread")} that an earlier run with the same choices had"
                : $"more than {Text.Count(known.Child, "thread")}",
            $"{seen.Count}: {names}");
}

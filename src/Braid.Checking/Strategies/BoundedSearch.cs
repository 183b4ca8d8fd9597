using Braid.Checking.Reports;

namespace Braid.Checking.Strategies;

/// <summary>All schedules without a preemption, then all with exactly one, and so on.</summary>
/// <remarks>
/// <para>
/// Musuvathi, Qadeer: Iterative context bounding for systematic testing of multithreaded programs, PLDI 2007. A preemption is a switch away
/// from a thread that could have continued. Most bugs need one or two, so this order finds them soon; the first failing schedule has the
/// minimum number of preemptions; and once all schedules with a given number have been run, that is a proof.
/// </para>
/// <para>
/// No schedule is run twice. A run repeats the choices of an earlier one up to a node, takes another child there, and then the first child
/// of each further node. If the last thread can continue, only that child is free, and each of the others costs a preemption; otherwise all
/// children are free, in order of creation. A timeout that expires although something else could happen costs one as well. Free children
/// are searched depth first, with the nodes of the current run as the stack. When a node leaves the stack, its costly children are left for
/// the next round. They arrive there deepest first, so each round goes through its schedules in lexicographic order.
/// </para>
/// <para>
/// What is left for later costs 16 bytes per node that a run was the first to visit. In the last round nothing is left.
/// </para>
/// <para>
/// A node that is revisited must be unchanged. If it is not, the program depends on something that the checker does not control, and
/// <see cref="DivergedException"/> reports that.
/// </para>
/// </remarks>
/// <param name="bound">The maximum number of preemptions; <see cref="int.MaxValue"/> for all schedules.</param>
internal sealed class BoundedSearch(int bound) : IStrategy
{
    private readonly List<SearchNode> _nodes = [];
    private Queue<FrontierPiece> _thisRound = new();
    private Queue<FrontierPiece> _nextRound = new();
    private FrontierPiece? _piece;
    private int _pieceNode;         // The node of _piece whose costly children are being run, and which of them.
    private int _pieceChild;
    private int _fixed;             // Nodes at the start of _nodes that the search below the current costly child does not vary.
    private int _prefix;            // Nodes whose child was decided before the run began.
    private int _unseen;            // Nodes at the start of the prefix of which only the child was known before the run began.
    private int _depth;
    private bool _pruned;
    private bool _finished;

    /// <summary>All schedules with this many preemptions and fewer have been run; -1 until those without any have.</summary>
    public int CompleteUpTo { get; private set; } = -1;

    /// <summary>Whether every possible schedule has been run: the bound excluded none.</summary>
    public bool Exhausted { get; private set; }

    /// <summary>
    /// Whether some run was so long that its last choices were not left to the strategy: completeness then holds for the choices before.
    /// </summary>
    public bool Truncated { get; private set; }

    /// <summary>Runs since the search began or restarted because of new points.</summary>
    public int Runs { get; private set; }

    /// <summary>How many of them belong to the completed rounds.</summary>
    public int CompleteRuns { get; private set; }

    public bool Begin(int run)
    {
        // What an incomplete attempt saw does not count, neither behind the prefix nor in it.
        _nodes.RemoveRange(_prefix, _nodes.Count - _prefix);
        for (int i = 0; i < _unseen; i++)
        {
            _nodes[i] = SearchNode.Unseen(_nodes[i].Child);
        }

        _depth = 0;
        return !_finished;
    }

    public int Choose(in ChoicePoint point)
    {
        SearchNode node = SearchNode.See(point, _depth == 0 ? 0 : _nodes[_depth - 1].Hash);
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
        Runs++;
        if (run.NewPoints)
        {
            Restart();
            return;
        }

        if (_depth < _prefix)
        {
            throw new DivergedException(_depth, $"{Text.Count(_prefix, "choice")} or more", "the end of the run");
        }

        _unseen = 0;
        Truncated |= run.Choices > _depth;
        if (!NextFree() && !NextCostly())
        {
            _finished = true;
            Exhausted = !_pruned && !Truncated;
        }

        _prefix = _nodes.Count;
    }

    /// <summary>Restarts: there are more scheduling points now, so prefixes no longer mean anything.</summary>
    public void Restart()
    {
        _nodes.Clear();
        _thisRound.Clear();
        _nextRound.Clear();
        _piece = null;
        _fixed = 0;
        _prefix = 0;
        _unseen = 0;
        _pruned = false;
        _finished = false;
        CompleteUpTo = -1;
        Exhausted = false;
        Truncated = false;
        Runs = 0;
        CompleteRuns = 0;
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

        if (costly && CompleteUpTo + 1 == bound)
        {
            _pruned = true;
        }
        else if (costly)
        {
            var nodes = new SearchNode[count];
            _nodes.CopyTo(from, nodes, 0, count);
            _nextRound.Enqueue(new FrontierPiece(from, nodes, Turns()));
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

    /// <summary>Moves to the next costly child that an earlier round has left.</summary>
    private bool NextCostly()
    {
        while (true)
        {
            if (_piece is null && !NextPiece())
            {
                return false;
            }

            if (++_pieceChild < _piece!.Nodes[_pieceNode].Count)
            {
                TakePrefix(_piece);
                return true;
            }

            if (--_pieceNode < 0)
            {
                _piece = null;
            }
            else
            {
                _pieceChild = _piece.Nodes[_pieceNode].Free - 1;
            }
        }
    }

    private bool NextPiece()
    {
        if (_thisRound.Count == 0)
        {
            CompleteUpTo++;
            CompleteRuns = Runs;
            (_thisRound, _nextRound) = (_nextRound, _thisRound);
        }

        if (!_thisRound.TryDequeue(out _piece))
        {
            return false;
        }

        _pieceNode = _piece.Nodes.Length - 1;
        _pieceChild = _piece.Nodes[_pieceNode].Free - 1;
        return true;
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

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
/// What is left for later costs 16 bytes per node that a run was the first to visit. In the last round nothing is left. The pieces of a
/// round do not depend on each other (<see cref="PieceSearch"/>), so a batch has a part for each of the first unfinished ones; what they
/// leave for the next round is put in the order of the pieces, however their runs came.
/// </para>
/// <para>
/// A node that is revisited must be unchanged. If it is not, the program depends on something that the checker does not control, and
/// <see cref="DivergedException"/> reports that.
/// </para>
/// </remarks>
/// <param name="bound">The maximum number of preemptions; <see cref="int.MaxValue"/> for all schedules.</param>
internal sealed class BoundedSearch(int bound) : IStrategy, ISearch
{
    private const int MostAtOnce = 16;

    private Queue<FrontierPiece?> _thisRound = new([null]);
    private Queue<FrontierPiece?> _nextRound = new();
    private readonly Queue<PieceSearch> _begun = new();     // of this round, in order; only later ones than the first may be done
    private bool _pruned;
    private int _runsOfDone;

    /// <summary>All schedules with this many preemptions and fewer have been run; -1 until those without any have.</summary>
    public int CompleteUpTo { get; private set; } = -1;

    /// <summary>Whether every schedule within the bound has been run.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Whether every possible schedule has been run: the bound excluded none.</summary>
    public bool Exhausted => IsFinished && !_pruned && !Truncated;

    /// <summary>
    /// Whether some run was so long that its last choices were not left to the strategy: completeness then holds for the choices before.
    /// </summary>
    public bool Truncated { get; private set; }

    /// <summary>Runs since the search began or restarted because of new points.</summary>
    public int Runs => _runsOfDone + _begun.Sum(static piece => piece.Runs);

    /// <summary>How many of them belong to the completed rounds.</summary>
    public int CompleteRuns { get; private set; }

    /// <summary>The number of choices in the last run; 0 if there was none.</summary>
    public int LastChoices { get; private set; }

    public bool Begin(int run)
    {
        if (!IsFinished && _begun.Count == 0)
        {
            BeginPiece();
        }

        return !IsFinished && _begun.Peek().Begin(run);
    }

    public int Choose(in ChoicePoint point) => _begun.Peek().Choose(point);

    public void End(in RunSummary run)
    {
        _begun.Peek().End(run);
        Learn();
        if (run.NewPoints)
        {
            Restart();
        }
    }

    public IReadOnlyList<BatchPart> Next(int most)
    {
        int unfinished = _begun.Count(static piece => !piece.IsDone);
        for (; unfinished < Math.Min(MostAtOnce, most) && _thisRound.Count > 0; unfinished++)
        {
            BeginPiece();
        }

        int parts = Math.Min(unfinished, most);
        return [.. _begun.Where(static piece => !piece.IsDone).Take(parts).Select(piece => new BatchPart(piece, 0, most / parts))];
    }

    public void Learn()
    {
        if (_begun.TryPeek(out PieceSearch? first))
        {
            LastChoices = first.LastChoices;
        }

        while (_begun.TryPeek(out PieceSearch? piece) && piece.IsDone)
        {
            _begun.Dequeue();
            _runsOfDone += piece.Runs;
            _pruned |= piece.IsPruned;
            Truncated |= piece.IsTruncated;
            piece.Left.ForEach(_nextRound.Enqueue);
        }

        if (!IsFinished && _begun.Count == 0 && _thisRound.Count == 0)
        {
            CompleteUpTo++;
            CompleteRuns = Runs;
            (_thisRound, _nextRound) = (_nextRound, _thisRound);
            IsFinished = _thisRound.Count == 0;
        }
    }

    /// <summary>Restarts: there are more scheduling points now, so prefixes no longer mean anything.</summary>
    public void Restart()
    {
        _thisRound = new([null]);
        _nextRound.Clear();
        _begun.Clear();
        _pruned = false;
        _runsOfDone = 0;
        IsFinished = false;
        CompleteUpTo = -1;
        Truncated = false;
        CompleteRuns = 0;
    }

    private void BeginPiece() => _begun.Enqueue(new PieceSearch(_thisRound.Dequeue(), CompleteUpTo + 1 == bound));
}

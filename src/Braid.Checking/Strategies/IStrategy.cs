namespace Braid.Checking.Strategies;

/// <summary>Decides which thread goes next. It sees what each thread is about to do, but never an object of the program.</summary>
/// <remarks>
/// Called by one thread at a time. A run may restart under the same number, after a garbage collection that moved the objects that the run
/// observed: the strategy must then choose as before.
/// </remarks>
internal interface IStrategy
{
    /// <summary>Begins a run. Runs are counted from 0.</summary>
    /// <returns>False if every schedule within this strategy's bounds has been run.</returns>
    bool Begin(int run);

    /// <summary>Chooses among at least two threads.</summary>
    /// <returns>An index into <see cref="ChoicePoint.Enabled"/>.</returns>
    int Choose(in ChoicePoint point);

    /// <summary>The run has ended, and counts.</summary>
    void End(in RunSummary run);
}

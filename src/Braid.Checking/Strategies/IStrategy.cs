namespace Braid.Checking.Strategies;

/// <summary>Decides which thread goes next. It sees what each thread is about to do, and never an object of the program.</summary>
/// <remarks>One thread at a time calls it. A run may be begun again under the same number, after a garbage collection that moved what the run looked at: it must then choose as before.</remarks>
internal interface IStrategy
{
    /// <summary>A run begins. Runs are counted from 0.</summary>
    /// <returns>False if every schedule within this strategy's bounds has been run.</returns>
    bool Begin(int run);

    /// <summary>Chooses among at least two threads.</summary>
    /// <returns>An index into <see cref="ChoicePoint.Enabled"/>.</returns>
    int Choose(in ChoicePoint point);

    /// <summary>The run has ended and counts.</summary>
    void End(in RunSummary run);
}

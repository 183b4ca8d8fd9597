using Braid.Checking.Engine;

namespace Braid.Checking.Strategies;

/// <summary>Follows a list of overrides as far as it can: if the wanted thread cannot continue, the default choice is made.</summary>
/// <remarks>For schedules that have never been run: those that the minimizer tries.</remarks>
internal sealed class TolerantReplay(IReadOnlyList<ScheduleLog.Override> overrides) : IStrategy
{
    private int _choice;
    private int _next;

    public bool Begin(int run)
    {
        _choice = 0;
        _next = 0;
        return run == 0;
    }

    public int Choose(in ChoicePoint point)
    {
        int choice = _choice++;
        if (_next == overrides.Count || overrides[_next].Choice != choice)
        {
            return point.Default;
        }

        int place = point.PlaceOf(overrides[_next++].Thread);
        return place < 0 ? point.Default : place;
    }

    public void End(in RunSummary run)
    {
    }
}

namespace Braid.Multiprocessing;

/// <summary>Checks from time to time whether processes live, as often as it is worthwhile.</summary>
/// <remarks>
/// A parent removes a dead child from the process table within a millisecond, and checking the table costs nothing. Only if the parent died
/// too must the system be asked, and that is done twice a second. A process that is merely stopped counts as alive either way.
/// </remarks>
internal struct DeathWatch
{
    private const int ThoroughMilliseconds = 500;

    private long _thoroughAt;     // milliseconds since the machine started; 0: not begun
    private bool _isThorough;     // this round of checks asks the system too

    /// <summary>Begins a round of checks.</summary>
    public void Begin()
    {
        long now = Environment.TickCount64;
        _isThorough = _thoroughAt != 0 && now >= _thoroughAt;
        if (_isThorough || _thoroughAt == 0)
        {
            _thoroughAt = now + ThoroughMilliseconds;
        }
    }

    public readonly bool IsDead(int token)
    {
        ProcessTable table = ProcessTable.Current;
        return token != table.OwnToken && !(_isThorough ? table.IsAlive(token) : table.IsListed(token));
    }
}

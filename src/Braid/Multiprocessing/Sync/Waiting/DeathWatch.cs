namespace Braid.Multiprocessing;

/// <summary>Asks from time to time whether processes live, as often as it is worth it.</summary>
/// <remarks>
/// A parent takes a dead child off the process table within a millisecond, and looking at the list costs nothing. Only when the parent
/// died too must the system be asked, and that is done twice a second. A process that is stopped is alive by either account.
/// </remarks>
internal struct DeathWatch
{
    private const int ThoroughMilliseconds = 500;

    private long _thoroughAt;     // milliseconds since the machine started; 0: not begun
    private bool _isThorough;     // this round of questions asks the system too

    /// <summary>Begins a round of questions.</summary>
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

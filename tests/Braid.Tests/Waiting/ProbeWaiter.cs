using Braid.Waiting;

namespace Braid.Tests;

/// <summary>An await that tells when it is woken, on the thread that wakes it.</summary>
internal sealed class ProbeWaiter(Action<ProbeWaiter>? onWake = null) : AsyncWaiter
{
    public bool IsRecycled { get; private set; }

    /// <summary>Reads its result, as an await does.</summary>
    public bool Read() => Finish(Version);

    internal override void Wake()
    {
        onWake?.Invoke(this);
        base.Wake();
    }

    protected override void Recycle() => IsRecycled = true;
}

namespace Braid.Threading;

/// <summary>Stands for a lock of Braid's own where its waits are told of.</summary>
internal sealed class InternalLock : IInternal
{
    public override string ToString() => "a lock inside Braid";
}

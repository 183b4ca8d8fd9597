using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>A process of the program as the others see it, for tests of what its death leaves behind: it never runs, but it has a token.</summary>
public sealed class DeadProcess
{
    /// <summary>No system gives such a number to a process, so none is mistaken for it.</summary>
    public const int Pid = int.MaxValue;

    public DeadProcess()
    {
        Token = ProcessTable.Current.Reserve();
    }

    public int Token { get; }

    /// <summary>Its parent has reaped it.</summary>
    public void Die()
    {
        ProcessTable.Current.Name(Token, Pid);
        ProcessTable.Current.MarkDead(Token);
    }
}

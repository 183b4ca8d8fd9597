using System.Runtime.Loader;
using Braid.Checking.Engine;

namespace Braid.Checking.Rewriting;

/// <summary>What static constructors of rewritten types call.</summary>
internal static class Statics
{
    /// <summary>A type's statics are being initialised for the first time; the delegate does it again.</summary>
    public static void Ran(Action reset) => ContextOf(reset)?.AddReset(reset);

    /// <summary>As <see cref="Ran"/>, for those that each thread has of its own.</summary>
    public static void RanPerThread(Action reset) => ContextOf(reset)?.AddThreadReset(reset);

    /// <summary>Other threads would have to wait for the constructor in .NET itself, out of sight; so nobody else runs until it ends.</summary>
    public static void Enter()
    {
        if (ControlledThread.Current is { } thread)
        {
            thread.NoSwitch++;
        }
    }

    public static void Leave()
    {
        if (ControlledThread.Current is { } thread)
        {
            thread.NoSwitch--;
        }
    }

    private static SubjectContext? ContextOf(Action reset) => AssemblyLoadContext.GetLoadContext(reset.Method.Module.Assembly) as SubjectContext;
}

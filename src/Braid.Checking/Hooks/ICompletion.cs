using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>Something that was completed inside .NET's code, and whose continuations run when that code has returned.</summary>
internal interface ICompletion
{
    /// <summary>Runs the continuations, or passes them to whatever runs them.</summary>
    void RunContinuations(ControlledThread thread);
}

using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>Something that was completed in the midst of .NET's code, and after which the program goes on when that has returned.</summary>
internal interface ICompletion
{
    /// <summary>Runs what waits for it, or hands it on.</summary>
    void RunContinuations(ControlledThread thread);
}

using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>The moment at which an object that others use is disposed.</summary>
internal static class Disposal
{
    /// <summary>A scheduling point before it, if the run knows the object.</summary>
    /// <remarks>To give something back does not commute with this: from the next run on, that is a scheduling point too.</remarks>
    public static void Step(object self, int site)
    {
        if (ControlledThread.Current is { Execution.Ending: false } thread && thread.Execution.Resources.Find<Resource>(self) is { } resource)
        {
            thread.StepAttempt(OperationKind.Write, resource, site);
        }
    }
}

using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>The moment at which an object that others use is disposed.</summary>
internal static class Disposal
{
    /// <summary>A scheduling point before it.</summary>
    /// <remarks>To give something back does not commute with this, nor does to begin a wait: from the next run on, those are scheduling points too.</remarks>
    public static void Step(ControlledThread thread, object self, int site)
    {
        if (!thread.Execution.Ending)
        {
            thread.Execution.Find(Points.OfDisposal);
            thread.StepAttempt(OperationKind.Write, thread.Execution.Resources.Find<Resource>(self), site);
        }
    }
}

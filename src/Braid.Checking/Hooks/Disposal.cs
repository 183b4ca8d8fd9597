using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>The disposal of an object that other threads use.</summary>
internal static class Disposal
{
    /// <summary>A scheduling point before the disposal.</summary>
    /// <remarks>
    /// Neither a release nor the start of a wait commutes with a disposal, so from the next run on those are scheduling points too.
    /// </remarks>
    public static void Step(ControlledThread thread, object self, int site)
    {
        if (!thread.Execution.Ending)
        {
            thread.Execution.Find(Points.OfDisposal);
            thread.StepAttempt(OperationKind.Write, thread.Execution.Resources.Find<Resource>(self), site);
        }
    }
}

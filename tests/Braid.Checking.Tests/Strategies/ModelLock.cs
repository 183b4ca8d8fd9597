using Braid.Checking.Engine;

namespace Braid.Checking.Tests.Strategies;

internal sealed class ModelLock : Resource, IModelObject
{
    public int Name { get; } = IModelObject.Next();

    public bool IsHeld { get; set; }

    public override string Noun => "lock";

    public override bool CanProceed(ControlledThread thread) => thread.Pending.Kind == OperationKind.Release || !IsHeld;
}

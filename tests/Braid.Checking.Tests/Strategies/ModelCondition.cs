using Braid.Checking.Engine;

namespace Braid.Checking.Tests.Strategies;

/// <summary>A condition that a thread waits for.</summary>
internal sealed class ModelCondition(Func<bool> holds) : Resource
{
    public override string Noun => "condition";

    public override bool CanProceed(ControlledThread thread) => holds();
}

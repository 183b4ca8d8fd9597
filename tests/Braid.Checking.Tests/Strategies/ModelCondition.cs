using Braid.Checking.Engine;

namespace Braid.Checking.Tests.Strategies;

/// <summary>A condition that a thread waits for.</summary>
/// <param name="holds">Whether it has come.</param>
/// <param name="touches">What that depends on.</param>
internal sealed class ModelCondition(Func<bool> holds, Resource[] touches) : Resource
{
    public IReadOnlyList<Resource> Touches { get; } = touches;

    public override string Noun => "condition";

    public override bool CanProceed(ControlledThread thread) => holds();
}

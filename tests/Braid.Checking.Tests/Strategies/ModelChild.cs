using Braid.Checking.Engine;

namespace Braid.Checking.Tests.Strategies;

/// <summary>A thread that may not have started: the target of its spawn and its join.</summary>
internal sealed class ModelChild(IEnumerable<Operation> body) : Resource
{
    public IEnumerable<Operation> Body { get; } = body;

    public bool HasEnded { get; set; }

    public override string Noun => "thread";

    public override bool CanProceed(ControlledThread thread) => thread.Pending.Kind == OperationKind.Spawn || HasEnded;
}

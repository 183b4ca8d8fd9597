namespace Braid.Checking;

/// <summary>What a step means for a later one.</summary>
/// <param name="Kind">What it means.</param>
/// <param name="Step">The <see cref="CheckStep.Number"/> of the later step.</param>
public readonly record struct StepLink(StepLinkKind Kind, int Step);

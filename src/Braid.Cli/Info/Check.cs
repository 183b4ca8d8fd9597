namespace Braid.Cli;

/// <summary>A feature that Braid needs of the system, after a trial.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Works">Whether it works; null if this system cannot have it.</param>
/// <param name="Detail">What the trial showed, or why the feature does not work.</param>
/// <param name="Disables">What Braid cannot do, or does more slowly, without it; null if it works.</param>
internal sealed record Check(string Name, bool? Works, string Detail, string? Disables);

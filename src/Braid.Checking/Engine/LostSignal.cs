namespace Braid.Checking.Engine;

/// <summary>A signal that was given when it could wake nobody.</summary>
/// <param name="Thread">Who gave it.</param>
/// <param name="Site">Where.</param>
/// <param name="How">Why it was lost: "nobody was waiting".</param>
internal sealed record LostSignal(ControlledThread Thread, int Site, string How);

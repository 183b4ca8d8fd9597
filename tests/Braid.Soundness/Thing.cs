namespace Braid.Soundness;

/// <summary>An object that the threads of a program share.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">What the program calls it.</param>
/// <param name="First">Its first state: permits of a semaphore, 1 for an event that is set, milliseconds until a timer is due.</param>
internal sealed record Thing(ThingKind Kind, string Name, int First = 0);

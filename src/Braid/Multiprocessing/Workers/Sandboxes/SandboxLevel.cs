namespace Braid.Multiprocessing;

/// <summary>How much of a <see cref="Sandbox"/> a system must be able to enforce.</summary>
public enum SandboxLevel
{
    /// <summary>All of it; otherwise nothing is started.</summary>
    Whole,

    /// <summary>As much as the system can; nothing is started only if it can enforce nothing at all.</summary>
    Available,
}

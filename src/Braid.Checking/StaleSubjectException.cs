namespace Braid.Checking;

/// <summary>
/// Some methods of the copy being explored do not compile as they were rewritten. The exploration restarts with a copy that leaves them as
/// they were.
/// </summary>
internal sealed class StaleSubjectException : Exception;

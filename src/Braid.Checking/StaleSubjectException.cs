namespace Braid.Checking;

/// <summary>Methods of the copy of the program that is explored do not compile as they were rewritten. The exploration begins anew with a copy that has them as they were.</summary>
internal sealed class StaleSubjectException : Exception;

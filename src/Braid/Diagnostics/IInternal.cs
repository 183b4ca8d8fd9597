namespace Braid.Diagnostics;

/// <summary>
/// An object of Braid's own on which its threads wait: the wait graph shows it, but the program's figures do not include it.
/// </summary>
internal interface IInternal;

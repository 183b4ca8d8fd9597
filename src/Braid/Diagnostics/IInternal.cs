namespace Braid.Diagnostics;

/// <summary>Something of Braid's own that its threads wait for: the wait graph shows it, and it is in no figure of the program's.</summary>
internal interface IInternal;

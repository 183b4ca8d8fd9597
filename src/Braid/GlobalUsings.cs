global using System.Diagnostics;
global using System.Runtime.CompilerServices;
global using Braid.Diagnostics;
global using Braid.Waiting;

#:project ../../src/Braid.Python/Braid.Python.csproj

// What you learn: an object of a Python program can be used from C#, through an interface, as if it were here.
//
// The Python program is python_server.py beside this one, which starts it: it keeps a stock, by a BaseManager of its standard library.
using System.Diagnostics;
using System.Security.Cryptography;
using Braid.Python;

byte[] key = RandomNumberGenerator.GetBytes(32);
using Process python = StartPython();
Multiprocessing.Address address = ("127.0.0.1", int.Parse(python.StandardOutput.ReadLine()!));
var options = new ManagerOptions { Client = new() { AllowLegacyPeers = true } };   // the server may be Python 3.11 or older

try
{
    using var guessed = Manager.Connect(address, "123456"u8, options);
}
catch (Multiprocessing.AuthenticationException error)
{
    Console.WriteLine($"guessed the key: {error.Message}");
}

using Manager manager = Manager.Connect(address, key, options);
IStock stock = manager.Create<IStock>("stock");
Console.WriteLine($"added apples:    {stock.Add("apples", 5)}");
Console.WriteLine($"added pears:     {stock.Add("pears", 2)}");

var takers = Enumerable.Range(0, 3).Select(_ => new Threading.Thread(() => stock.Take("apples", 1))).ToList();
takers.ForEach(taker => taker.Start());   // each thread talks to Python by a connection of its own
Threading.Thread.JoinAll(takers);

try
{
    stock.Take("pears", 3);
}
catch (PythonException error)
{
    Console.WriteLine($"took too many:   {error.Message}");
}

foreach ((string item, int count) in stock.Report())
{
    Console.WriteLine($"are left:        {count} {item}");
}

// Starts the script of this program's name. The key goes through its standard input, where no one else can see it.
Process StartPython()
{
    string script = Path.ChangeExtension((string)AppContext.GetData("EntryPointFilePath")!, "py");
    var start = new ProcessStartInfo("python3", [script]) { RedirectStandardInput = true, RedirectStandardOutput = true };
    var started = Process.Start(start)!;
    started.StandardInput.WriteLine(Convert.ToHexString(key));
    return started;                       // it ends when its standard input does, which is when this program ends
}

/// <summary>What the object of Python can do: its methods are called <c>add</c>, <c>take</c> and <c>report</c> there.</summary>
public interface IStock
{
    int Add(string item, int count);

    void Take(string item, int count);

    Dictionary<string, int> Report();
}

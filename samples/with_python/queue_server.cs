#:project ../../src/Braid.Python/Braid.Python.csproj

// What you learn: a queue of C# can be filled by a Python program that has nothing but its standard library.
//
// This program is a kitchen: it serves a queue of orders and one of meals. Its guest is queue_server.py beside it, which it starts itself.
using System.Diagnostics;
using System.Security.Cryptography;
using Braid.Python;

byte[] key = RandomNumberGenerator.GetBytes(32);
var orders = new Queues.Queue<string>(maxsize: 2);   // when it is full, put of Python waits
var meals = new Queues.Queue<string>();

var options = new ManagerServerOptions { Listener = new() { AllowLegacyPeers = true } };   // the guest may be Python 3.11 or older
using var server = new ManagerServer(null, key, options);   // at a new Unix socket, in a folder that only this user can enter
server.Register("orders", () => orders);
server.Register("meals", () => meals);
server.Start();

Console.WriteLine("kitchen: open");
using Process python = StartPython($"{server.Address}");
python.Exited += (_, _) => orders.Shutdown();
python.EnableRaisingEvents = true;
foreach (string order in orders.GetConsumingEnumerable())   // ends when the queue is shut down
{
    Console.WriteLine($"kitchen: cooks {order}");
    meals.Put($"fried {order}");
    orders.TaskDone();
}

Console.WriteLine("kitchen: closed");

// Starts the script of this program's name. The key goes through its standard input, where no one else can see it.
Process StartPython(string argument)
{
    string script = Path.ChangeExtension((string)AppContext.GetData("EntryPointFilePath")!, "py");
    var started = Process.Start(new ProcessStartInfo("python3", [script, argument]) { RedirectStandardInput = true })!;
    started.StandardInput.WriteLine(Convert.ToHexString(key));
    return started;
}

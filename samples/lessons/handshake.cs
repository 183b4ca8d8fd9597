#:project ../../src/Braid/Braid.csproj

// What you learn: a socket is open to whoever finds it, so a listener has a key, and each side proves to the other that it knows it
// before anything else is read. The key itself never crosses. A stranger is turned away, whatever he sends.
//
// Three come: a stranger with a guessed key, one who speaks at once and without being asked, and a friend.
using System.Net.Sockets;
using System.Security.Cryptography;

byte[] key = RandomNumberGenerator.GetBytes(32);   // both sides have it; here the friend gets it by being in the same program
using var listener = new Multiprocessing.Listener(authKey: key);   // a socket in a folder that only this user can enter

try
{
    Multiprocessing.Client.Connect(listener.Address, authKey: "123456"u8);
}
catch (Multiprocessing.AuthenticationException error)
{
    Console.WriteLine($"guessed the key:  {error.Message}");
}

using var intruder = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
intruder.Connect(new UnixDomainSocketEndPoint(listener.Address.Path!));
intruder.Send("delete everything"u8);
byte[] received = new byte[1000];
int count = intruder.Receive(received);            // a challenge, which he cannot answer
Console.WriteLine($"spoke unasked:    got {count} bytes, then {intruder.Receive(received)}: the end");

var friend = new Threading.Thread(() =>
{
    using Multiprocessing.Connection connection = Multiprocessing.Client.Connect(listener.Address, authKey: key);
    connection.Send("hello");
});
friend.Start();
using Multiprocessing.Connection accepted = listener.Accept();
Console.WriteLine($"knows the key:    {accepted.Recv<string>()}");
friend.Join();
Console.WriteLine($"turned away:      {listener.RefusedCount}");

// What hides people is drawn into the depth buffer alone: the driver's own program would paint it.
#version 130

void main() {
}
